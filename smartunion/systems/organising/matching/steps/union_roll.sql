-- does: Entities whose name in the register members of a contested union gave as their employer.
-- zh: 待定工会会员所填单位
SELECT r.union_id, r.entity_id, r.people, CASE WHEN r.people * 2 > t.people THEN 1 ELSE 0 END AS is_main
FROM (SELECT m.union_id, e.entity_id, COUNT(*) AS people
      FROM members_in AS m
      JOIN contested AS c ON m.union_id = c.union_id
      JOIN entities AS e ON m.employer_name = e.name
      GROUP BY m.union_id, e.entity_id) AS r
JOIN (SELECT m.union_id, COUNT(*) AS people FROM members_in AS m JOIN contested AS c ON m.union_id = c.union_id
      GROUP BY m.union_id) AS t ON r.union_id = t.union_id
