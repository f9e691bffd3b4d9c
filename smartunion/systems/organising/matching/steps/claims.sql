-- does: All claims of unions with verdict, rule and confidence: linked unasked, or to be verified. Where the code is one
--       entity's and the full name another's, mostly the code slipped by a row; a person decides. What people said about
--       a pair stands above points, and a rule they often found wrong no longer links unasked.
-- zh: 工会覆盖关系结论:自动关联或待核实
SELECT c.kind, c.ref, c.union_id, c.entity_id, c.name_how, c.code_how, c.people, c.district_how, c.on_roll, c.points, c.margin,
       CASE WHEN v.verdict = 'yes' THEN TRUE
            WHEN $ask_rules LIKE '%,' || c.rule || ',%' THEN FALSE
            WHEN $trust_rules LIKE '%,' || c.rule || ',%' AND c.place = 1 AND c.margin >= 1 THEN TRUE
            ELSE c.is_auto END AS is_auto,
       c.confidence, c.rule, c.is_auto AS passed
FROM (
    SELECT k.*,
           CASE WHEN code_how IN ('same', 'organisation', 'old_number') AND name_how IN ('other', 'alike') THEN 'code_against_name'
                WHEN code_how = 'same' THEN 'code'
                WHEN code_how = 'organisation' THEN 'organisation_code'
                WHEN code_how = 'old_number' THEN 'old_number'
                WHEN code_how = 'near' AND name_how <> 'other' THEN 'repaired_code'
                WHEN code_how = 'other' AND name_how IN ('exact', 'normal', 'part') THEN 'name_against_code'
                WHEN name_how = 'exact' THEN 'name'
                WHEN name_how = 'normal' THEN 'name_normalised'
                WHEN name_how = 'part' THEN 'name_part'
                WHEN name_how IN ('typo', 'slip') THEN 'name_mistyped'
                WHEN name_how = 'short' THEN 'name_short'
                WHEN people > 0 THEN 'people'
                ELSE 'name_alike' END AS rule
    FROM (
        SELECT kind, ref, union_id, entity_id, name_how, code_how, people, district_how, on_roll, points, margin, place, is_auto,
               CASE WHEN is_auto THEN 1 - 0.07 * EXP(-0.3 * (LEAST(points, margin + $auto - $margin) - $auto))
                    WHEN code_how IN ('same', 'organisation', 'old_number') AND name_how = 'other' AND best_name = 1 THEN 0.1
                    WHEN code_how = 'other' AND name_how IN ('exact', 'normal') AND place = 1 AND margin >= 1 THEN 0.8
                    ELSE LEAST(0.9, 0.9 * EXP(points - top) / together * LEAST(1, top / $auto)) END AS confidence
        FROM (SELECT *, MAX(points) OVER (PARTITION BY kind, ref) AS top,
                     MAX(CASE WHEN name_how IN ('exact', 'normal', 'part') THEN 1 ELSE 0 END)
                         OVER (PARTITION BY kind, ref) AS best_name,
                     SUM(EXP(points - best)) OVER (PARTITION BY kind, ref) AS together
              FROM (SELECT d.kind, d.ref, d.union_id, d.entity_id, d.name_how, d.code_how, s.people, s.district_how, s.on_roll,
                           d.points, d.margin, d.is_auto, d.place, MAX(d.points) OVER (PARTITION BY d.kind, d.ref) AS best
                    FROM decisions_claims AS d
                    JOIN claim_scores AS s
                      ON d.kind = s.kind AND d.ref = s.ref AND d.entity_id = s.entity_id) AS joined) AS summed
        UNION ALL
        SELECT kind, ref, union_id, entity_id, 'exact', 'same', 0, 'unknown', FALSE, 2 * $code_same, 2 * $code_same, 1, TRUE, 0.999
        FROM sure_refs WHERE union_id IS NOT NULL
    ) AS k
) AS c
LEFT JOIN judged AS v ON c.union_id = v.union_id AND c.entity_id = v.entity_id
WHERE COALESCE(v.verdict, '') <> 'no'
UNION ALL
SELECT 'union', v.union_id, v.union_id, v.entity_id, 'absent', 'absent', 0, 'unknown', FALSE, 0, 0, TRUE, 1.0, 'person', FALSE
FROM judged AS v
JOIN entities AS e ON v.entity_id = e.entity_id
LEFT JOIN (SELECT union_id, entity_id FROM decisions_claims UNION SELECT union_id, entity_id FROM sure_refs) AS k
  ON v.union_id = k.union_id AND v.entity_id = k.entity_id
WHERE v.verdict = 'yes' AND k.union_id IS NULL
