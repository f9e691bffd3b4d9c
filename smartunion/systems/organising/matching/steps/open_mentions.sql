-- does: The same taken apart into region, core and legal form. A region word before nothing but a trade is the brand:
--       大丰 in 盐城大丰机械厂. is_plain: there is a brand, so that the beginning of the name tells something.
-- zh: 待识别名称拆分为区划、字号行业、组织形式
SELECT o.mention, o.kind, o.ref, o.union_id, o.weight, o.district, o.given_name, o.given_code, o.name_key, o.code_key,
       o.known_code,
       LENGTH(o.code_key) BETWEEN 17 AND 19 AND NOT o.known_code AND NOT is_uscc!(o.code_key) AS is_mistyped, o.is_plain,
       h.province, h.city, h.county, h.town,
       SUBSTR(o.rest, 1, LENGTH(o.rest) - LENGTH(o.form)) AS core, form_kind!(o.form) AS form
FROM (SELECT *, COALESCE(form!(rest), '') AS form
      FROM (SELECT *, no_inner_form!(whole_rest) AS rest
            FROM (SELECT m.mention, m.kind, m.ref, m.union_id, m.weight, m.district, m.given_name, m.given_code,
                         m.name_key, m.code_key, m.known_code,
                         COALESCE(NOT m.is_bare, FALSE) AS is_plain,
                         CASE WHEN m.head <> '' AND m.is_bare THEN h.parent ELSE m.head END AS head,
                         CASE WHEN m.head <> '' AND m.is_bare
                              THEN SUBSTR(m.head, LENGTH(h.parent) + 1) || m.rest ELSE m.rest END AS whole_rest
                  FROM (SELECT *, is_generic!(rest) AS is_bare FROM mention_heads) AS m
                  JOIN heads AS h ON m.head = h.head) AS headed) AS rested) AS o
JOIN heads AS h ON o.head = h.head
