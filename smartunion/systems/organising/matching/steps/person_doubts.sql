-- does: Pairs of records that may be one person: not linked, but nobody is called a stranger to the union on their account.
-- zh: 可能为同一人、待核实的配对
SELECT member_id, sid, MAX(rule) AS rule, MAX(confidence) AS confidence
FROM (
    SELECT f.weak AS member_id, s.sid, 'name_' || CASE WHEN f.phone_how = 1 THEN 'phone' ELSE 'employer' END AS rule,
           0.9 * f.points / GREATEST(f.together, 8) AS confidence
    FROM (SELECT *, SUM(points) OVER (PARTITION BY weak) AS together,
                 MAX(CASE WHEN is_auto THEN 1 ELSE 0 END) OVER (PARTITION BY weak) AS settled FROM enrolled_found) AS f
    JOIN (SELECT sid, id_17 AS person FROM insured WHERE id_17 IS NOT NULL
          UNION ALL SELECT sid, person FROM insured_people) AS s ON f.person = s.person
    WHERE f.settled = 0
    UNION ALL
    SELECT m.member_id, f.weak, 'name_' || CASE WHEN f.phone_how = 1 THEN 'phone' ELSE 'employer' END,
           0.9 * f.points / GREATEST(f.together, 8)
    FROM (SELECT *, SUM(points) OVER (PARTITION BY weak) AS together,
                 MAX(CASE WHEN is_auto THEN 1 ELSE 0 END) OVER (PARTITION BY weak) AS settled FROM insured_found) AS f
    JOIN enrolled AS m ON f.person = m.id_17
    WHERE f.settled = 0
    UNION ALL
    SELECT member_id, sid, rule, 0.6 FROM person_pairs WHERE NOT is_auto
    UNION ALL
    SELECT member_id, sid, 'name_phone_other_id', 0.8 FROM twins
) AS doubtful
GROUP BY member_id, sid
