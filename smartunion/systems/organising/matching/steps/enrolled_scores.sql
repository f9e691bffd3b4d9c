-- does: What speaks for each of these pairs. Where the union has another member of that very ID number, or several
--       members of the name without one, name and employer alone do not tell who is who.
-- zh: 候选配对计分
SELECT weak, person, employer, phone_how, id_how,
       points + CASE WHEN phone_how <= 0 AND id_how <> 'near' AND (twin OR claimants > 1) THEN $already_there ELSE 0 END AS points
FROM (
    SELECT p.member_id AS weak, p.person, p.employer, p.phone_how, p.id_how, e.member_id IS NOT NULL AS twin,
           COUNT(*) OVER (PARTITION BY w.union_id, p.person) AS claimants,
           CASE p.id_how WHEN 'near' THEN $id_near WHEN 'differs' THEN $id_differs ELSE 0 END
           + CASE p.phone_how WHEN 1 THEN $phone WHEN -1 THEN $phone_differs ELSE 0 END
           + CASE WHEN p.employer = 0 THEN 0
                  WHEN n.share * u.union_rows <= 0.02 THEN $employer_rare
                  WHEN n.share * u.union_rows <= 0.2 THEN $employer ELSE $employer_common END
           + CASE WHEN p.sex_differs = 1 THEN $sex_differs ELSE 0 END AS points
    FROM enrolled_pairs AS p
    JOIN weak_enrolled AS w ON p.member_id = w.member_id
    JOIN common_names AS n ON w.name_no = n.name_no
    LEFT JOIN (SELECT union_id, MAX(union_rows) AS union_rows FROM cover_accounts GROUP BY union_id) AS u ON w.union_id = u.union_id
    LEFT JOIN (SELECT DISTINCT q.member_id, q.person
               FROM enrolled_pairs AS q
               JOIN weak_enrolled AS v ON q.member_id = v.member_id
               JOIN enrolled AS o ON q.person = o.id_17 AND v.union_id = o.union_id) AS e
      ON p.member_id = e.member_id AND p.person = e.person
) AS weighed
