-- does: Which entities each union surely covers.
-- zh: 工会确定覆盖的单位
SELECT DISTINCT c.union_id, c.entity_id
FROM claims AS c JOIN unions_in AS u ON c.union_id = u.union_id
WHERE c.is_auto
