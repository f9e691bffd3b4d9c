-- does: Insurance rows with a number for the comparable name, the telephone, and the ID number: one that passes its check
--       becomes a whole number, any other stays text for a closer look, also one ending in 000, as spreadsheets leave them.
-- zh: 参保记录:规范姓名、手机号;证件号码校验通过的取前17位
SELECT sid, account_no, running, name_no, phone,
       CASE WHEN right_id THEN number_17 WHEN right_id!(cleaned_17, id_text) THEN cleaned_17 END AS id_17,
       CASE WHEN right_id THEN NULL WHEN right_id!(cleaned_17, id_text) THEN NULL ELSE id_text END AS id_text
FROM (SELECT sid, account_no, running, name_no, phone, number_17, right_id, id_text,
             CASE WHEN LENGTH(id_text) = 18 THEN TRY_CAST(SUBSTR(id_text, 1, 17) AS BIGINT) END AS cleaned_17
      FROM (SELECT sid, account_no, running, CASE WHEN name_key IS NOT NULL THEN number!(name_key) END AS name_no, phone, number_17, right_id,
                   CASE WHEN NOT right_id THEN id!(id_no) END AS id_text
            FROM (SELECT sid, account_no, running, name_key, phone, number_17, id_no, right_id!(number_17, id_no) AS right_id
                  FROM (SELECT sid, number!(account!(unit_no, unit_name, unit_code)) AS account_no, running!(end_month) AS running,
                               person!(name) AS name_key, phone!(mobile) AS phone, id_no,
                               CASE WHEN LENGTH(id_no) = 18 THEN TRY_CAST(SUBSTR(id_no, 1, 17) AS BIGINT) END AS number_17
                        FROM social_in) AS folded) AS checked) AS cleaned) AS rechecked
