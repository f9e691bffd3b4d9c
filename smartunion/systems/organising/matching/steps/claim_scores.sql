-- does: Claims of unions with everything that speaks for and against: name, code, district, where members are insured,
--       what members call their employer. A code alone, under quite another name, is never enough.
-- zh: 工会覆盖关系的全部证据与得分
WITH gathered AS (
    SELECT s.kind, s.ref, s.union_id, s.entity_id, s.name_how, s.code_how, s.points AS plain_points,
           COALESCE(p.people, 0) AS people,
           r.entity_id IS NOT NULL AS on_roll, x.entity_id IS NOT NULL AS taken, COALESCE(t.worth, 0) AS worth,
           CASE WHEN COALESCE(d.district, '') = '' OR COALESCE(e.district, '') = '' THEN 'unknown'
                WHEN same_place!(d.district, e.district) THEN 'same' ELSE 'differs' END AS district_how
    FROM (SELECT f.* FROM ref_scores_first AS f
          LEFT JOIN (SELECT DISTINCT kind, ref FROM unsettled) AS u ON f.kind = u.kind AND f.ref = u.ref
          WHERE u.ref IS NULL
          UNION ALL
          SELECT * FROM ref_scores_second) AS s
    JOIN entities AS e ON s.entity_id = e.entity_id
    JOIN (SELECT kind, ref, MIN(district) AS district FROM mention_keys
          WHERE union_id IS NOT NULL GROUP BY kind, ref) AS d ON s.kind = d.kind AND s.ref = d.ref
    LEFT JOIN union_people AS p ON s.union_id = p.union_id AND s.entity_id = p.entity_id
    LEFT JOIN union_roll AS r
      ON s.union_id = r.union_id AND s.entity_id = r.entity_id AND (r.is_main = 1 OR s.kind = 'unit')
    LEFT JOIN taken AS x
      ON s.union_id = x.union_id AND s.entity_id = x.entity_id AND s.kind = x.kind AND s.ref <> x.ref
    LEFT JOIN district_trust AS t ON s.kind = t.kind
    WHERE s.union_id IS NOT NULL
)
SELECT kind, ref, union_id, entity_id, name_how, code_how, people, district_how, on_roll,
       CASE WHEN name_how = 'other' AND people = 0 THEN LEAST(points, $auto - 0.5) ELSE points END AS points
FROM (
    SELECT g.*,
           plain_points
           + CASE district_how WHEN 'same' THEN $district_same WHEN 'differs' THEN $district_differs ELSE 0 END * worth
           + CASE WHEN b.most >= 2 THEN $people_many * LEAST(1, people / b.most)
                  WHEN b.most = 1 THEN $people_one * LEAST(1, people) ELSE 0 END
           + CASE WHEN on_roll THEN $roll_name ELSE 0 END
           + CASE WHEN taken THEN $taken ELSE 0 END AS points
    FROM gathered AS g
    JOIN (SELECT kind, ref, MAX(CASE WHEN taken THEN 0 ELSE people END) AS most FROM gathered GROUP BY kind, ref) AS b
      ON g.kind = b.kind AND g.ref = b.ref
) AS weighed
