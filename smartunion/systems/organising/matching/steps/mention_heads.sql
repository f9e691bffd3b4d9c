-- does: What is left to find out, with the region words each name opens with or holds in brackets.
-- zh: 待识别的称呼及名称中的区划用词
SELECT mention, kind, ref, union_id, weight, district, given_name, given_code, name_key, code_key, known_code,
       opening || place_aside AS head,
       CASE WHEN place_aside = '' THEN SUBSTR(name_key, LENGTH(opening) + 1)
            ELSE REPLACE(SUBSTR(name_key, LENGTH(opening) + 1), place_aside, '') END AS rest
FROM (SELECT *, CASE WHEN is_place!(words_aside) THEN words_aside ELSE '' END AS place_aside
      FROM (SELECT m.*, c.uscc IS NOT NULL AS known_code, COALESCE(head!(m.name_key), '') AS opening,
                   CASE WHEN m.given_name = m.name_key THEN '' ELSE COALESCE(aside!(m.given_name), '') END AS words_aside
            FROM mention_keys AS m
            LEFT JOIN sure_refs AS s ON m.kind = s.kind AND m.ref = s.ref
            LEFT JOIN (SELECT DISTINCT e.uscc FROM entities AS e JOIN mention_keys AS k ON e.uscc = k.code_key) AS c
              ON m.code_key = c.uscc
            WHERE s.ref IS NULL) AS opened) AS beside
