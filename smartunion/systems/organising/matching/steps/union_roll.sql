-- does: Entities whose name, now or before, members of a contested union gave as their employer.
-- zh: 待定工会会员所填单位
SELECT r.union_id, n.entity_id, SUM(r.people) AS people, MAX(CASE WHEN r.people * 2 > r.everybody THEN 1 ELSE 0 END) AS is_main
FROM (SELECT union_id, key!(employer_name) AS name_key, people, SUM(people) OVER (PARTITION BY union_id) AS everybody
      FROM (SELECT m.union_id, m.employer_name, COUNT(*) AS people
            FROM members_in AS m JOIN contested AS c ON m.union_id = c.union_id
            WHERE TRIM(m.employer_name) <> ''
            GROUP BY m.union_id, m.employer_name) AS named) AS r
JOIN entity_names AS n ON r.name_key = n.name_key
GROUP BY r.union_id, n.entity_id
