-- does: Every name an entity bears or bore, with the region words it opens with or holds in brackets.
-- zh: 市场主体现用名、曾用名及其中的区划用词
SELECT entity_id, former, name_key, opening || place_aside AS head,
       CASE WHEN place_aside = '' THEN SUBSTR(name_key, LENGTH(opening) + 1)
            ELSE REPLACE(SUBSTR(name_key, LENGTH(opening) + 1), place_aside, '') END AS rest
FROM (SELECT *, CASE WHEN is_place!(words_aside) THEN words_aside ELSE '' END AS place_aside
      FROM (SELECT entity_id, former, name_key, head!(name_key) AS opening, CASE WHEN given = name_key THEN '' ELSE aside!(given) END AS words_aside
            FROM (SELECT entity_id, FALSE AS former, name AS given, name_key FROM entities WHERE name_key IS NOT NULL
                  UNION ALL
                  SELECT entity_id, TRUE, former, name_key FROM former_names) AS names) AS opened) AS beside
