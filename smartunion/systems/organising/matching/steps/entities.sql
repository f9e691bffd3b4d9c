-- does: The market register with comparable code and name, and whether the entity lives.
-- zh: 市场主体:规范代码与名称,是否存续
SELECT entity_id, name, district, status, uscc_given, name_key, real_code!(uscc) AS uscc, real_code!(reg_no) AS reg_no,
       CASE WHEN status = '存续' THEN 'living'
            WHEN status LIKE '%注销%' OR status LIKE '%吊销%' OR status LIKE '%迁出%' OR status LIKE '%撤销%'
              OR status LIKE '%歇业%' OR status LIKE '%清算%' THEN 'dead'
            WHEN status LIKE '%存续%' OR status LIKE '%在业%' OR status LIKE '%开业%' OR status LIKE '%在营%'
              OR status LIKE '%正常%' OR status LIKE '%迁入%' THEN 'living'
            ELSE 'unknown' END AS life
FROM (SELECT entity_id, name, uscc AS uscc_given, TRIM(district) AS district, TRIM(status) AS status, key!(name) AS name_key,
             code!(uscc) AS uscc, code!(old_reg_no) AS reg_no
      FROM market_in) AS register
