-- does: Members with a number for the comparable name, the telephone, and the ID number: one that passes its check
--       becomes a whole number, any other stays text for a closer look, also one ending in 000, as spreadsheets leave them.
-- zh: 会员记录:规范姓名、手机号;证件号码校验通过的取前17位
SELECT member_id, union_id, sex, name_no, phone, employer_no,
       CASE WHEN is_right THEN number_18 // 10 WHEN is_cleaned THEN cleaned_17 END AS id_17,
       CASE WHEN is_right OR is_cleaned THEN NULL ELSE id_text END AS id_text
FROM (SELECT *, CASE WHEN cleaned_17 IS NULL THEN FALSE ELSE right_id!(cleaned_17, id_text) END AS is_cleaned
      FROM (SELECT *, CASE WHEN LENGTH(id_text) = 18 THEN TRY_CAST(SUBSTR(id_text, 1, 17) AS BIGINT) END AS cleaned_17
            FROM (SELECT member_id, union_id, sex, employer_no, number_18, is_right,
                         CASE WHEN name_key IS NOT NULL THEN number!(name_key) END AS name_no,
                         phone!(mobile, number_11) AS phone, CASE WHEN NOT is_right THEN id!(id_no) END AS id_text
                  FROM (SELECT *, right_number!(number_18) AS is_right
                        FROM (SELECT member_id, union_id, CASE WHEN sex = '男' THEN 1 WHEN sex = '女' THEN 0
                                     WHEN REGEXP_MATCHES(TRIM(sex), '^[男1Mm]') THEN 1
                                     WHEN REGEXP_MATCHES(TRIM(sex), '^[女20Ff]') THEN 0 END AS sex,
                                     person!(name) AS name_key, mobile, eleven!(mobile) AS number_11, id_no,
                                     CASE WHEN employer_name <> '' THEN number!(employer_name) END AS employer_no,
                                     CASE WHEN LENGTH(id_no) = 18 THEN TRY_CAST(id_no AS BIGINT) END AS number_18
                              FROM members_in) AS folded) AS checked) AS read_rows) AS cleaned) AS rechecked
