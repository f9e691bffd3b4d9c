-- does: Entities whose name or code may be the mention's with one slip of the keyboard, and the letters that differ. A
--       slip inside the core leaves all but one place of it; one inside region or legal form leaves the core whole. Cores
--       are taken apart place by place only where all but the first, the second, some middle or the last characters are those of a mention.
-- zh: 可能仅差一字的候选及相差的字
WITH cuts AS (
    SELECT * FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) AS numbers(cut)
),
places AS (
    SELECT size, cut
    FROM (SELECT cut + 8 AS size FROM cuts UNION SELECT cut FROM cuts) AS sizes CROSS JOIN cuts
    WHERE size >= 3 AND cut <= size
),
parts AS (
    SELECT DISTINCT SUBSTR(core, 2 - fewer) AS but_first, SUBSTR(core, 1, 1) || '_' || SUBSTR(core, 3 - fewer) AS but_second,
           SUBSTR(core, 1, 2) || '_' || SUBSTR(core, 3 + half - fewer) AS but_middle, SUBSTR(core, 1, 2 + half) AS but_end
    FROM (SELECT core, fewer, (LENGTH(core) + fewer - 2) // 2 AS half
          FROM nameless CROSS JOIN (SELECT * FROM (VALUES (0), (1)) AS numbers(fewer)) AS lacking
          WHERE LENGTH(core) BETWEEN 3 AND 20) AS sized
),
masked AS (
    SELECT k.mention, c.entity_id, k.letter AS typed, c.letter AS borne
    FROM (SELECT entity_id, province, city, county, town, SUBSTR(core, cut, 1) AS letter,
                 SUBSTR(core, 1, cut - 1) || '_' || SUBSTR(core, cut + 1) AS mask
          FROM (SELECT entity_id, province, city, county, town, core
                FROM (SELECT *, (LENGTH(core) - 2) // 2 AS half FROM entity_names WHERE LENGTH(core) BETWEEN 3 AND 20) AS sized
                WHERE SUBSTR(core, 2) IN (SELECT but_first FROM parts)
                   OR SUBSTR(core, 1, 1) || '_' || SUBSTR(core, 3) IN (SELECT but_second FROM parts)
                   OR SUBSTR(core, 1, 2) || '_' || SUBSTR(core, 3 + half) IN (SELECT but_middle FROM parts)
                   OR SUBSTR(core, 1, 2 + half) IN (SELECT but_end FROM parts)) AS cores
          JOIN places ON LENGTH(core) = size) AS c
    JOIN (SELECT mention, province, city, county, town, SUBSTR(core, cut, 1) AS letter,
                 SUBSTR(core, 1, cut - 1) || '_' || SUBSTR(core, cut + 1) AS mask
          FROM nameless JOIN places ON LENGTH(core) = size
          UNION ALL
          SELECT mention, province, city, county, town, '', SUBSTR(core, 1, cut - 1) || '_' || SUBSTR(core, cut)
          FROM nameless CROSS JOIN cuts
          WHERE cut <= LENGTH(core) + 1 AND LENGTH(core) BETWEEN 3 AND 20) AS k
      ON c.mask = k.mask
    WHERE c.letter <> k.letter AND same_region!(k, c)
),
codes AS (
    SELECT entity_id, CASE WHEN LENGTH(uscc) = 18 THEN uscc END AS uscc, CASE WHEN LENGTH(reg_no) = 15 THEN reg_no END AS reg_no
    FROM entities
),
variants AS (
    SELECT mention, province, city, county, town, 'core' AS part, SUBSTR(core, cut, 1) AS letters,
           SUBSTR(core, 1, cut - 1) || SUBSTR(core, cut + 1) AS variant
    FROM nameless CROSS JOIN cuts
    WHERE cut <= LENGTH(core) AND LENGTH(core) BETWEEN 4 AND 20
    UNION ALL
    SELECT mention, province, city, county, town, 'core', '',
           SUBSTR(core, 1, cut - 1) || SUBSTR(core, cut + 1, 1) || SUBSTR(core, cut, 1) || SUBSTR(core, cut + 2)
    FROM nameless CROSS JOIN cuts
    WHERE cut < LENGTH(core) AND LENGTH(core) BETWEEN 3 AND 20 AND SUBSTR(core, cut, 1) <> SUBSTR(core, cut + 1, 1)
    UNION ALL
    SELECT mention, province, city, county, town, 'form', SUBSTR(core, LENGTH(core) - cut + 1), SUBSTR(core, 1, LENGTH(core) - cut)
    FROM nameless CROSS JOIN cuts
    WHERE form = '' AND cut BETWEEN 2 AND 7 AND LENGTH(core) - cut >= 3
    UNION ALL
    SELECT mention, province, city, county, town, 'region', SUBSTR(core, 1, cut), SUBSTR(core, cut + 1)
    FROM nameless CROSS JOIN cuts
    WHERE city = '' AND county = '' AND cut BETWEEN 2 AND 4 AND LENGTH(core) - cut >= 3
),
whole AS (
    SELECT k.mention, n.entity_id, CASE WHEN k.part = 'core' THEN k.letters ELSE '' END AS typed, '' AS borne
    FROM entity_names AS n JOIN variants AS k ON n.core = k.variant
    WHERE same_region!(k, n)
      AND CASE k.part WHEN 'form' THEN one_slip!(k.letters, '有限公司') OR one_slip!(k.letters, '有限责任公司')
                                    OR one_slip!(k.letters, '股份有限公司')
                      WHEN 'region' THEN LENGTH(k.letters) > 1
                           AND LENGTH(TRANSLATE(k.letters, n.city || n.county || '省市县区', '')) <= 1
                           AND LENGTH(TRANSLATE(n.county, k.letters, '')) + LENGTH(TRANSLATE(n.city, k.letters, '')) <= 3
                           AND n.city || n.county <> ''
                      ELSE TRUE END
),
near_codes AS (
    SELECT m.mention, e.entity_id
    FROM codes AS e JOIN nameless AS m ON SUBSTR(e.uscc, 10, 9) = SUBSTR(m.code_key, LENGTH(m.code_key) - 8, 9)
    WHERE m.is_mistyped
    UNION ALL
    SELECT m.mention, e.entity_id
    FROM codes AS e JOIN nameless AS m ON SUBSTR(e.uscc, 1, 13) = SUBSTR(m.code_key, 1, 13)
    WHERE m.is_mistyped
    UNION ALL
    SELECT m.mention, e.entity_id
    FROM codes AS e JOIN nameless AS m
      ON SUBSTR(e.uscc, 1, 8) = SUBSTR(m.code_key, 1, 8)
     AND SUBSTR(e.uscc, 15, 4) = SUBSTR(m.code_key, LENGTH(m.code_key) - 3, 4)
    WHERE m.is_mistyped
    UNION ALL
    SELECT m.mention, e.entity_id
    FROM codes AS e JOIN nameless AS m ON SUBSTR(e.reg_no, 1, 7) = SUBSTR(m.code_key, 1, 7)
    WHERE LENGTH(m.code_key) = 15 AND NOT m.known_code
      AND (SUBSTR(e.reg_no, 8, 4) = SUBSTR(m.code_key, 8, 4) OR SUBSTR(e.reg_no, 12) = SUBSTR(m.code_key, 12))
      AND LEVENSHTEIN(e.reg_no, m.code_key) = 1
)
SELECT DISTINCT mention, entity_id, typed, borne FROM (SELECT * FROM masked UNION ALL SELECT * FROM whole) AS near_names
UNION ALL
SELECT DISTINCT mention, entity_id, NULL, NULL FROM near_codes
