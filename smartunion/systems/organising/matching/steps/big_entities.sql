-- does: Living entities without a union that may employ 25 or more.
-- zh: 可能在25人以上的存续未建会单位
SELECT r.entity_id
FROM entity_rows AS r
JOIN entities AS e ON r.entity_id = e.entity_id
LEFT JOIN (SELECT entity_id FROM cover UNION SELECT entity_id FROM maybe_cover WHERE confidence >= 0.5) AS c
  ON r.entity_id = c.entity_id
WHERE e.life = 'living' AND c.entity_id IS NULL AND r.rows_now >= 25
