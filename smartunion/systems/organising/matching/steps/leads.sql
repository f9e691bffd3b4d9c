-- does: Persons with a right ID number who may stand behind a record without one: same name and same telephone, or an ID
--       number much the same.
-- zh: 弱记录的候选人员(同名且同手机号或证件号码相近)
SELECT w.weak, o.id_17, o.phone, o.sid AS source
FROM insured AS o JOIN weak AS w ON o.phone = w.phone AND o.name_no = w.name_no
WHERE o.id_17 IS NOT NULL
UNION ALL
SELECT w.weak, o.id_17, o.phone, -1 - o.member_id
FROM enrolled AS o JOIN weak AS w ON o.phone = w.phone AND o.name_no = w.name_no
WHERE o.id_17 IS NOT NULL AND w.weak >= 0
UNION ALL
SELECT weak, id_17, phone, source
FROM (
    SELECT w.weak, o.id_17, o.phone, w.id_text, o.sid AS source
    FROM insured AS o JOIN id_blocks!(weak, weak) AS w ON o.name_no = w.name_no AND o.id_17 // 1000000000 = w.head
    WHERE may_slip!(w, o.id_17)
    UNION ALL
    SELECT w.weak, o.id_17, o.phone, w.id_text, -1 - o.member_id
    FROM enrolled AS o JOIN id_blocks!(weak, weak) AS w ON o.name_no = w.name_no AND o.id_17 // 1000000000 = w.head
    WHERE w.weak >= 0 AND may_slip!(w, o.id_17)
) AS like_heads
WHERE LEVENSHTEIN(SUBSTR(id_text, 9), SUBSTR(CAST(id_17 AS VARCHAR), 9) || id_check!(id_17)) <= 3 OR CONTAINS(id_text, '*')
UNION ALL
SELECT weak, id_17, phone, source
FROM (
    SELECT w.weak, o.id_17, o.phone, w.id_text, o.sid AS source
    FROM insured AS o JOIN id_blocks!(weak, weak) AS w ON o.name_no = w.name_no AND o.id_17 % 100000000 = w.tail
    UNION ALL
    SELECT w.weak, o.id_17, o.phone, w.id_text, -1 - o.member_id
    FROM enrolled AS o JOIN id_blocks!(weak, weak) AS w ON o.name_no = w.name_no AND o.id_17 % 100000000 = w.tail
    WHERE w.weak >= 0
) AS like_tails
WHERE LEVENSHTEIN(id_text, CAST(id_17 AS VARCHAR) || id_check!(id_17)) <= 3 OR CONTAINS(id_text, '*')
