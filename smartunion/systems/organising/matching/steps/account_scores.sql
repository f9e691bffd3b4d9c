-- does: Candidates of the unrecognised insured units with the evidence of the people insured there.
-- zh: 结合职工会籍对参保单位再计分
SELECT r.kind, r.ref, r.union_id, r.entity_id, r.name_how, r.code_how,
       r.points + CASE WHEN p.most >= 2 THEN $people_many * p.people / p.most
                       WHEN p.most = 1 THEN $people_one ELSE 0 END AS points
FROM ref_scores_third AS r
JOIN open_accounts AS o ON r.ref = o.ref
LEFT JOIN (SELECT p.account_no, p.entity_id, p.people, MAX(p.people) OVER (PARTITION BY p.account_no) AS most
           FROM account_people AS p
           JOIN open_accounts AS u ON p.account_no = u.account_no
           JOIN ref_scores_third AS t ON u.ref = t.ref AND p.entity_id = t.entity_id
           WHERE t.name_how <> 'other') AS p
  ON o.account_no = p.account_no AND r.entity_id = p.entity_id
WHERE r.kind = 'account'
