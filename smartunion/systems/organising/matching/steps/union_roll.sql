-- does: Entities whose name in the register members of a contested union gave as their employer.
-- zh: 待定工会会员所填单位
WITH told AS (
    SELECT m.union_id, m.employer_no, COUNT(*) AS people
    FROM enrolled AS m JOIN contested AS c ON m.union_id = c.union_id
    GROUP BY m.union_id, m.employer_no
)
SELECT r.union_id, r.entity_id, r.people, CASE WHEN r.people * 2 > t.people THEN 1 ELSE 0 END AS is_main
FROM (SELECT m.union_id, e.entity_id, SUM(m.people) AS people
      FROM told AS m JOIN (SELECT entity_id, CASE WHEN name <> '' THEN number!(name) END AS name_no FROM entities) AS e ON m.employer_no = e.name_no
      GROUP BY m.union_id, e.entity_id) AS r
JOIN (SELECT union_id, SUM(people) AS people FROM told GROUP BY union_id) AS t ON r.union_id = t.union_id
