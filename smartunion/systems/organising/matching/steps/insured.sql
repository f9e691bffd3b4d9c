-- does: Insurance rows with comparable name and telephone; an ID number that passes its check becomes a whole number, any other
--       stays text for a closer look, also one ending in 000, as spreadsheets leave them.
-- zh: 参保记录:规范姓名、手机号;证件号码校验通过的取前17位
SELECT sid, account_no, running, name_key, name_no!(name_key) AS name_no, phone,
       CASE WHEN right_id THEN number_17 END AS id_17,
       CASE WHEN NOT right_id THEN id_text END AS id_text
FROM (SELECT sid, account_no, running, name_key, phone, id_text, number_17,
             COALESCE(number_17 >= 10000000000000000 AND number_17 // 10000000 % 10000 BETWEEN 1900 AND 2030
                      AND number_17 // 100000 % 100 BETWEEN 1 AND 12 AND number_17 // 1000 % 100 BETWEEN 1 AND 31
                      AND id_check!(number_17) = SUBSTR(id_text, 18, 1)
                      AND SUBSTR(id_text, 16, 3) <> '000', FALSE) AS right_id
      FROM (SELECT sid, account_no, running, name_key, phone, id_text,
                   CASE WHEN LENGTH(id_text) = 18 THEN TRY_CAST(SUBSTR(id_text, 1, 17) AS BIGINT) END AS number_17
            FROM (SELECT s.sid, a.account_no, running!(s.end_month) AS running,
                         person!(s.name) AS name_key, phone!(s.mobile) AS phone, id!(s.id_no) AS id_text
                  FROM social_in AS s JOIN accounts AS a ON account!(s.unit_no, s.unit_name, s.unit_code) = a.account) AS folded) AS numbered) AS checked
