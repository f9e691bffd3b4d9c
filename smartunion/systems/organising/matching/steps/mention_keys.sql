-- does: The same with comparable names and codes; a union's own code is no employer's code and is put aside.
-- zh: 称呼的规范名称与规范代码
SELECT mention, kind, ref, union_id, weight, district, given_name, given_code,
       CASE WHEN LENGTH(name_key) >= 2 THEN name_key END AS name_key,
       CASE WHEN kind IN ('union', 'unit') AND REGEXP_MATCHES(code_key, '^8[19].{16}$') THEN NULL
            ELSE real_code!(code_key) END AS code_key
FROM (SELECT mention, kind, ref, union_id, weight, district, given_name, given_code, code_key,
             CASE WHEN kind IN ('union', 'unit') THEN union_off!(name_key) ELSE name_key END AS name_key
      FROM (SELECT mention, kind, ref, union_id, weight, district, given_name, given_code,
                   key!(given_name) AS name_key, code!(given_code) AS code_key
            FROM mentions) AS folded) AS read_mentions
WHERE LENGTH(name_key) >= 2 OR real_code!(code_key) IS NOT NULL
