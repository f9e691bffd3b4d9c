-- does: Former names of the register, one a row.
-- zh: 曾用名,每行一个
SELECT DISTINCT entity_id, former, name_key
FROM (SELECT entity_id, former, key!(former) AS name_key
      FROM (SELECT entity_id, TRIM(former) AS former
            FROM (SELECT entity_id, UNNEST(STRING_SPLIT(
                         REGEXP_REPLACE(former_name, '[|;；、，,/]+', '|', 'g'), '|')) AS former
                  FROM market_in
                  WHERE TRIM(former_name) <> '') AS split_names) AS trimmed
      WHERE former <> '') AS read_names
WHERE LENGTH(name_key) >= 2
