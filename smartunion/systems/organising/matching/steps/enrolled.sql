-- does: Members with a number for the comparable name, the telephone, and the ID number: one that passes its check
--       becomes a whole number, any other stays text for a closer look, also one ending in 000, as spreadsheets leave them.
-- zh: 会员记录:规范姓名、手机号;证件号码校验通过的取前17位
SELECT member_id, union_id, sex, name_no, phone, employer_no,
       CASE WHEN right_id THEN number_17 WHEN right_id!(cleaned_17, id_text) THEN cleaned_17 END AS id_17,
       CASE WHEN right_id THEN NULL WHEN right_id!(cleaned_17, id_text) THEN NULL ELSE id_text END AS id_text
FROM (SELECT member_id, union_id, sex, name_no, phone, employer_no, number_17, right_id, id_text,
             CASE WHEN LENGTH(id_text) = 18 THEN TRY_CAST(SUBSTR(id_text, 1, 17) AS BIGINT) END AS cleaned_17
      FROM (SELECT member_id, union_id, sex, CASE WHEN name_key IS NOT NULL THEN number!(name_key) END AS name_no, phone, employer_no, number_17, right_id,
                   CASE WHEN NOT right_id THEN id!(id_no) END AS id_text
            FROM (SELECT member_id, union_id, sex, name_key, phone, employer_no, number_17, id_no, right_id!(number_17, id_no) AS right_id
                  FROM (SELECT member_id, union_id, CASE WHEN sex = '男' THEN 1 WHEN sex = '女' THEN 0
                              WHEN SUBSTR(TRIM(sex), 1, 1) IN ('男', '1', 'M', 'm') THEN 1
                              WHEN SUBSTR(TRIM(sex), 1, 1) IN ('女', '2', '0', 'F', 'f') THEN 0 END AS sex,
                               person!(name) AS name_key, phone!(mobile) AS phone, id_no,
                               CASE WHEN employer_name <> '' THEN number!(employer_name) END AS employer_no,
                               CASE WHEN LENGTH(id_no) = 18 THEN TRY_CAST(SUBSTR(id_no, 1, 17) AS BIGINT) END AS number_17
                        FROM members_in) AS folded) AS checked) AS cleaned) AS rechecked
