-- does: Persons who are, or may well be, a member of some union.
-- zh: 已是或很可能是会员的人员
SELECT DISTINCT person
FROM (SELECT id_17 AS person FROM enrolled WHERE id_17 IS NOT NULL
      UNION ALL SELECT person FROM enrolled_people
      UNION ALL
      SELECT COALESCE(p.person, i.id_17)
      FROM (SELECT sid FROM person_doubts GROUP BY sid HAVING SUM(confidence) >= 0.3) AS d
      LEFT JOIN insured_people AS p ON d.sid = p.sid
      LEFT JOIN insured AS i ON d.sid = i.sid) AS people
WHERE person IS NOT NULL
