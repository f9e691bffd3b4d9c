-- does: Entities whose name or code may be the mention's with one slip of the keyboard, and the letters that differ.
-- zh: 可能仅差一字的候选及相差的字
WITH cuts AS (
    SELECT * FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) AS numbers(cut)
),
near_names AS (
    SELECT k.mention, n.entity_id, k.letter AS typed, n.letter AS borne, k.province, k.city, k.county, k.town,
           n.province AS province_2, n.city AS city_2, n.county AS county_2, n.town AS town_2
    FROM (SELECT entity_id, province, city, county, town, SUBSTR(core, cut, 1) AS letter,
                 SUBSTR(core, 1, cut - 1) || '_' || SUBSTR(core, cut + 1) AS mask
          FROM entity_names CROSS JOIN cuts
          WHERE cut <= LENGTH(core) AND LENGTH(core) BETWEEN 3 AND 20) AS n
    JOIN (SELECT mention, province, city, county, town, SUBSTR(core, cut, 1) AS letter,
                 SUBSTR(core, 1, cut - 1) || '_' || SUBSTR(core, cut + 1) AS mask
          FROM unsettled CROSS JOIN cuts
          WHERE cut <= LENGTH(core) AND LENGTH(core) BETWEEN 3 AND 20
          UNION ALL
          SELECT mention, province, city, county, town, '', SUBSTR(core, 1, cut - 1) || '_' || SUBSTR(core, cut)
          FROM unsettled CROSS JOIN cuts
          WHERE cut <= LENGTH(core) + 1 AND LENGTH(core) BETWEEN 3 AND 20) AS k
      ON n.mask = k.mask
    WHERE n.letter <> k.letter
    UNION ALL
    SELECT k.mention, n.entity_id, k.letter, '', k.province, k.city, k.county, k.town, n.province, n.city, n.county, n.town
    FROM entity_names AS n
    JOIN (SELECT mention, province, city, county, town, SUBSTR(core, cut, 1) AS letter,
                 SUBSTR(core, 1, cut - 1) || SUBSTR(core, cut + 1) AS variant
          FROM unsettled CROSS JOIN cuts
          WHERE cut <= LENGTH(core) AND LENGTH(core) BETWEEN 4 AND 20
          UNION ALL
          SELECT mention, province, city, county, town, '', SUBSTR(core, 1, cut - 1) || SUBSTR(core, cut + 1, 1) || SUBSTR(core, cut, 1)
                                      || SUBSTR(core, cut + 2)
          FROM unsettled CROSS JOIN cuts
          WHERE cut < LENGTH(core) AND LENGTH(core) BETWEEN 3 AND 20
            AND SUBSTR(core, cut, 1) <> SUBSTR(core, cut + 1, 1)) AS k
      ON n.core = k.variant
    UNION ALL
    SELECT m.mention, n.entity_id, TRANSLATE(m.edge, n.edge, ''), TRANSLATE(n.edge, m.edge, ''), m.province, m.city, m.county, m.town,
           n.province, n.city, n.county, n.town
    FROM (SELECT entity_id, province, city, county, town, SUBSTR(name_key, 1, cut) AS edge, SUBSTR(name_key, cut + 1) AS rest
          FROM entity_names CROSS JOIN cuts WHERE cut BETWEEN 3 AND 5 AND LENGTH(name_key) >= 8) AS n
    JOIN (SELECT mention, province, city, county, town, SUBSTR(name_key, 1, 4) AS edge, SUBSTR(name_key, 5) AS rest
          FROM unsettled WHERE LENGTH(name_key) >= 8) AS m ON n.rest = m.rest
    UNION ALL
    SELECT m.mention, n.entity_id, TRANSLATE(m.edge, n.edge, ''), TRANSLATE(n.edge, m.edge, ''), m.province, m.city, m.county, m.town,
           n.province, n.city, n.county, n.town
    FROM (SELECT entity_id, province, city, county, town, SUBSTR(name_key, LENGTH(name_key) - cut + 1) AS edge,
                 SUBSTR(name_key, 1, LENGTH(name_key) - cut) AS rest
          FROM entity_names CROSS JOIN cuts WHERE cut BETWEEN 3 AND 5 AND LENGTH(name_key) >= 8) AS n
    JOIN (SELECT mention, province, city, county, town, SUBSTR(name_key, LENGTH(name_key) - 3) AS edge,
                 SUBSTR(name_key, 1, LENGTH(name_key) - 4) AS rest
          FROM unsettled WHERE LENGTH(name_key) >= 8) AS m ON n.rest = m.rest
),
near_codes AS (
    SELECT m.mention, e.entity_id
    FROM entities AS e JOIN unsettled AS m ON SUBSTR(e.uscc, 10, 9) = SUBSTR(m.code_key, LENGTH(m.code_key) - 8, 9)
    WHERE LENGTH(m.code_key) BETWEEN 17 AND 19 AND LENGTH(e.uscc) = 18 AND NOT m.known_code
    UNION ALL
    SELECT m.mention, e.entity_id
    FROM entities AS e JOIN unsettled AS m ON SUBSTR(e.uscc, 1, 13) = SUBSTR(m.code_key, 1, 13)
    WHERE LENGTH(m.code_key) BETWEEN 17 AND 19 AND LENGTH(e.uscc) = 18 AND NOT m.known_code
    UNION ALL
    SELECT m.mention, e.entity_id
    FROM entities AS e JOIN unsettled AS m
      ON SUBSTR(e.uscc, 1, 8) = SUBSTR(m.code_key, 1, 8)
     AND SUBSTR(e.uscc, 15, 4) = SUBSTR(m.code_key, LENGTH(m.code_key) - 3, 4)
    WHERE LENGTH(m.code_key) BETWEEN 17 AND 19 AND LENGTH(e.uscc) = 18 AND NOT m.known_code
    UNION ALL
    SELECT m.mention, e.entity_id
    FROM entities AS e JOIN unsettled AS m ON SUBSTR(e.reg_no, 1, 7) = SUBSTR(m.code_key, 1, 7)
    WHERE LENGTH(m.code_key) = 15 AND LENGTH(e.reg_no) = 15 AND NOT m.known_code
      AND LEVENSHTEIN(e.reg_no, m.code_key) = 1
)
SELECT DISTINCT mention, entity_id, typed, borne
FROM near_names
WHERE LENGTH(typed) <= 1 AND LENGTH(borne) <= 1
  AND (province = province_2 OR province = '' OR province_2 = '') AND (city = city_2 OR city = '' OR city_2 = '')
  AND (county = county_2 OR county = '' OR county_2 = '') AND (town = town_2 OR town = '' OR town_2 = '')
UNION ALL
SELECT DISTINCT mention, entity_id, NULL, NULL FROM near_codes
