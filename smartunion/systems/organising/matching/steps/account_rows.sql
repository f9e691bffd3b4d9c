-- does: The different ways an insured unit is written, with how many insurance rows say so and how many run on.
-- zh: 参保单位的各种写法及人次
SELECT unit_no, unit_name, unit_code,
       COUNT(*) AS rows_all,
       SUM(CASE WHEN running!(end_month) THEN 1 ELSE 0 END) AS rows_now
FROM social_in
GROUP BY unit_no, unit_name, unit_code
