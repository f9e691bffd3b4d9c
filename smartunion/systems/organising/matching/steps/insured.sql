-- does: Insurance rows with a number for the comparable name, the telephone, and the ID number: one that passes its check
--       becomes a whole number, any other stays text for a closer look, also one ending in 000, as spreadsheets leave them.
-- zh: 参保记录:规范姓名、手机号;证件号码校验通过的取前17位
SELECT sid, account_no, running, name_no, phone,
       CASE WHEN is_right THEN number_18 // 10 WHEN is_cleaned THEN cleaned_17 END AS id_17,
       CASE WHEN is_right OR is_cleaned THEN NULL ELSE id_text END AS id_text
FROM (SELECT *, CASE WHEN cleaned_17 IS NULL THEN FALSE ELSE right_id!(cleaned_17, id_text) END AS is_cleaned
      FROM (SELECT *, CASE WHEN LENGTH(id_text) = 18 THEN TRY_CAST(SUBSTR(id_text, 1, 17) AS BIGINT) END AS cleaned_17
            FROM (SELECT sid, account_no, running, number_18, is_right, CASE WHEN name_key IS NOT NULL THEN number!(name_key) END AS name_no,
                         phone!(mobile, number_11) AS phone, CASE WHEN NOT is_right THEN id!(id_no) END AS id_text
                  FROM (SELECT *, right_number!(number_18) AS is_right
                        FROM (SELECT sid, number!(row_account!(unit_no, unit_name, unit_code)) AS account_no, running!(end_month) AS running,
                                     person!(name) AS name_key, mobile, eleven!(mobile) AS number_11, id_no,
                                     CASE WHEN LENGTH(id_no) = 18 THEN TRY_CAST(id_no AS BIGINT) END AS number_18
                              FROM social_in) AS folded) AS checked) AS read_rows) AS cleaned) AS rechecked
