-- does: The register's names taken apart in the same way.
-- zh: 市场主体名称拆分为区划、字号行业、组织形式
SELECT o.entity_id, o.former, o.name_key, h.province, h.city, h.county, h.town,
       SUBSTR(o.rest, 1, LENGTH(o.rest) - LENGTH(o.form)) AS core, form_kind!(o.form) AS form
FROM (SELECT *, form!(rest) AS form
      FROM (SELECT entity_id, former, name_key, head, no_inner_form!(whole_rest) AS rest
            FROM (SELECT e.entity_id, e.former, e.name_key,
                         CASE WHEN e.is_bare THEN h.parent ELSE e.head END AS head,
                         CASE WHEN e.is_bare THEN SUBSTR(e.head, LENGTH(h.parent) + 1) || e.rest ELSE e.rest END AS whole_rest
                  FROM (SELECT *, head <> '' AND is_generic!(rest) AS is_bare FROM entity_heads) AS e
                  JOIN heads AS h ON e.head = h.head) AS headed) AS rested) AS o
JOIN heads AS h ON o.head = h.head
