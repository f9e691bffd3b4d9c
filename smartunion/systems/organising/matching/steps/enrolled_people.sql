-- does: Members without a right ID number with the insured person behind them.
-- zh: 弱会员记录归人
SELECT w.member_id, w.union_id, f.person, f.points,
       CASE WHEN f.id_how = 'near' THEN 'near_id' WHEN f.phone_how = 1 THEN 'name_phone' ELSE 'name_employer' END AS how
FROM weak_enrolled AS w
JOIN (SELECT * FROM enrolled_found WHERE is_auto) AS f ON w.member_id = f.weak
