-- does: Insured units at which a member of a union counts as still with it: covered, perhaps covered, or perhaps the unit
--       of an employer covered.
-- zh: 视为仍在本工会单位的参保编号
SELECT union_id, account_no FROM cover_accounts
UNION
SELECT m.union_id, e.account_no FROM maybe_cover AS m JOIN account_entities AS e ON m.entity_id = e.entity_id
UNION
SELECT k.union_id, d.account_no
FROM account_doubts AS d
JOIN (SELECT union_id, entity_id FROM cover UNION ALL SELECT union_id, entity_id FROM maybe_cover) AS k
  ON d.entity_id = k.entity_id
