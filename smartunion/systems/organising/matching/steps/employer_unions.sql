-- does: Unions whose members belong by their employer: unions of one employer, and joint unions of a kind whose members
--       mostly work for the employers listed. Area and industry unions and federations take people wherever they work.
-- zh: 按用人单位入会的工会
WITH joint AS (
    SELECT DISTINCT union_id FROM union_units_in WHERE union_id IS NOT NULL
),
placed AS (
    SELECT union_id, COUNT(DISTINCT member_id) AS people
    FROM (SELECT p.union_id, p.member_id
          FROM person_pairs AS p
          JOIN joint AS j ON p.union_id = j.union_id
          JOIN (SELECT DISTINCT union_id FROM cover_accounts) AS u ON p.union_id = u.union_id
          JOIN elsewhere AS a ON p.account_no = a.account_no
          WHERE p.running AND p.is_auto) AS insured_now
    GROUP BY union_id
),
gone AS (
    SELECT union_id, COUNT(*) AS people FROM moved GROUP BY union_id
)
SELECT u.union_id
FROM (SELECT x.union_id, TRIM(x.union_type) AS union_type, NULLIF(TRIM(x.union_type), '') IS NULL AS untyped, x.union_name,
             j.union_id IS NOT NULL AS joint
      FROM unions_in AS x LEFT JOIN joint AS j ON x.union_id = j.union_id) AS u
LEFT JOIN (
    SELECT TRIM(x.union_type) AS union_type, SUM(p.people) AS people, SUM(COALESCE(g.people, 0)) AS gone
    FROM placed AS p
    JOIN unions_in AS x ON p.union_id = x.union_id
    LEFT JOIN gone AS g ON p.union_id = g.union_id
    GROUP BY TRIM(x.union_type)
) AS t ON u.union_type = t.union_type
WHERE NOT REGEXP_MATCHES(LOWER(CASE WHEN untyped THEN COALESCE(u.union_name, '') ELSE u.union_type END), $area_words)
  AND (NOT u.joint OR ($joint_counts = 1 AND COALESCE(t.gone * 2 <= t.people, TRUE)))
