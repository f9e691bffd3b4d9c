-- does: All claims of unions with verdict, rule and confidence: linked unasked, or to be verified. Where the code is one
--       entity's and the full name another's, mostly the code slipped by a row; a person decides.
-- zh: 工会覆盖关系结论:自动关联或待核实
SELECT kind, ref, union_id, entity_id, name_how, code_how, people, district_how, on_roll, points, margin, is_auto,
       CASE WHEN is_auto THEN 1 - 0.07 * EXP(-0.3 * (LEAST(points, margin + $auto - $margin) - $auto))
            WHEN code_how IN ('same', 'organisation', 'old_number') AND name_how = 'other' AND best_name = 1 THEN 0.1
            WHEN code_how = 'other' AND name_how IN ('exact', 'normal') AND place = 1 AND margin >= 1 THEN 0.8
            ELSE LEAST(0.9, 0.9 * EXP(points - top) / together * LEAST(1, top / $auto)) END AS confidence
FROM (SELECT *, MAX(points) OVER (PARTITION BY kind, ref) AS top,
             MAX(CASE WHEN name_how IN ('exact', 'normal', 'part') THEN 1 ELSE 0 END) OVER (PARTITION BY kind, ref) AS best_name,
             SUM(EXP(points - best)) OVER (PARTITION BY kind, ref) AS together
      FROM (SELECT d.kind, d.ref, d.union_id, d.entity_id, d.name_how, d.code_how, s.people, s.district_how, s.on_roll,
                   d.points, d.margin, d.is_auto, d.place, MAX(d.points) OVER (PARTITION BY d.kind, d.ref) AS best
            FROM decisions_claims AS d
            JOIN claim_scores AS s ON d.kind = s.kind AND d.ref = s.ref AND d.entity_id = s.entity_id) AS joined) AS summed
UNION ALL
SELECT kind, ref, union_id, entity_id, 'exact', 'same', 0, 'unknown', FALSE, 2 * $code_same, 2 * $code_same, TRUE, 0.999
FROM sure_refs WHERE union_id IS NOT NULL
