-- does: What these insured units may be: candidates by name and code, and employers covered by the unions of the people
--       insured there.
-- zh: 未识别参保单位的候选主体(含职工所在工会覆盖的单位)
SELECT mention, entity_id, MAX(typo) AS typo
FROM (SELECT c.mention, c.entity_id, c.typo
      FROM candidates AS c
      JOIN open_mentions AS m ON c.mention = m.mention
      JOIN open_accounts AS o ON m.kind = 'account' AND m.ref = o.ref
      UNION ALL
      SELECT m.mention, p.entity_id, 0
      FROM account_people AS p
      JOIN open_accounts AS o ON p.account_no = o.account_no
      JOIN open_mentions AS m ON m.kind = 'account' AND m.ref = o.ref) AS found
GROUP BY mention, entity_id
