-- does: Persons who are, or may well be, a member of some union.
-- zh: 已是或很可能是会员的人员
WITH doubted AS (
    SELECT sid FROM person_doubts GROUP BY sid HAVING SUM(confidence) >= 0.3
)
SELECT id_17 AS person FROM enrolled WHERE id_17 IS NOT NULL
UNION ALL
SELECT person FROM enrolled_people
UNION ALL
SELECT p.person FROM insured_people AS p JOIN doubted AS d ON p.sid = d.sid
UNION ALL
SELECT i.id_17 FROM insured AS i JOIN doubted AS d ON i.sid = d.sid WHERE i.id_17 IS NOT NULL
