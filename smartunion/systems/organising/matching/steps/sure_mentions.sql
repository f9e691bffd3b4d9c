-- does: Mentions whose code and full name are those of one and the same entity.
-- zh: 代码与登记名称同时一致
SELECT m.mention, MIN(e.entity_id) AS entity_id
FROM mention_keys AS m JOIN entities AS e ON m.code_key = e.uscc AND m.name_key = e.name_key
GROUP BY m.mention
HAVING COUNT(*) = 1
