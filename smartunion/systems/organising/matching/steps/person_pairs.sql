-- does: Member and insurance row of the same human being, with how that is known.
-- zh: 会员与参保记录人员一致的配对
SELECT member_id, sid, union_id, account_no, running,
       CASE WHEN member_how = 'id' AND insured_how = 'id' THEN name_how
            WHEN member_how = 'near_id' OR insured_how = 'near_id' THEN 'near_id'
            WHEN member_how = 'name_employer' OR insured_how = 'name_employer' THEN 'name_employer'
            ELSE 'name_phone' END AS rule,
       name_how <> 'same_id_other_name' AS is_auto
FROM (
    SELECT m.member_id, s.sid, m.union_id, s.account_no, s.running, 'id' AS member_how, 'id' AS insured_how,
           CASE WHEN m.name_no = s.name_no THEN 'same_id'
                WHEN m.name_key IS NULL OR s.name_key IS NULL OR m.phone = s.phone
                  OR LENGTH(TRANSLATE(m.name_key, s.name_key, '')) * 2 <= LENGTH(m.name_key) THEN 'same_id_name_alike'
                ELSE 'same_id_other_name' END AS name_how
    FROM enrolled AS m JOIN insured AS s ON m.id_17 = s.id_17
    UNION ALL
    SELECT m.member_id, s.sid, m.union_id, s.account_no, s.running, 'id', s.how, 'same_id'
    FROM enrolled AS m JOIN insured_people AS s ON m.id_17 = s.person
    UNION ALL
    SELECT m.member_id, s.sid, m.union_id, s.account_no, s.running, m.how, 'id', 'same_id'
    FROM enrolled_people AS m JOIN insured AS s ON m.person = s.id_17
    UNION ALL
    SELECT m.member_id, s.sid, m.union_id, s.account_no, s.running, m.how, s.how, 'same_id'
    FROM enrolled_people AS m JOIN insured_people AS s ON m.person = s.person
) AS joined
