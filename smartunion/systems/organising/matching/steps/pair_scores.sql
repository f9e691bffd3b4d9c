-- does: What speaks for and against each candidate: how the name agrees, how the code agrees, in points.
-- zh: 逐一比较名称与代码并计分
SELECT mention, kind, ref, union_id, entity_id, typo, name_how, code_how, name_points, code_points,
       name_points + code_points AS points
FROM (
    SELECT mention, kind, ref, union_id, entity_id, typo, code_how,
           best!(name_how, name_points) AS name_how,
           MAX(name_points) AS name_points,
           CASE WHEN code_how IN ('same', 'organisation', 'old_number') THEN $code_same
                WHEN code_how = 'near' THEN CASE WHEN MAX(name_points) > 0 THEN $code_near ELSE 0 END
                WHEN code_how = 'other' THEN
                    CASE WHEN kind IN ('account', 'tax') THEN $code_other_outvoted ELSE $code_other END
                WHEN code_how = 'unlisted' THEN $code_unlisted
                ELSE 0 END AS code_points
    FROM (
        SELECT mention, kind, ref, union_id, entity_id, typo, code_how, name_how,
               CASE name_how WHEN 'exact' THEN CASE WHEN former THEN $name_former ELSE $name_exact END
                    WHEN 'normal' THEN $name_normal - CASE WHEN former THEN $old_discount ELSE 0 END
                    WHEN 'part' THEN $name_part - CASE WHEN former THEN $old_discount ELSE 0 END
                    WHEN 'typo' THEN $name_typo - CASE WHEN former THEN $old_discount ELSE 0 END
                    WHEN 'slip' THEN $name_slip - CASE WHEN former THEN $old_discount ELSE 0 END
                    WHEN 'begin' THEN $name_begin
                    WHEN 'short' THEN $name_short
                    WHEN 'alike' THEN $name_alike
                    WHEN 'other' THEN $name_other
                    ELSE 0 END AS name_points
        FROM (
            SELECT m.mention, m.kind, m.ref, m.union_id, c.entity_id, c.typo, n.former,
                   CASE WHEN m.name_key IS NULL THEN 'absent'
                        WHEN m.name_key = n.name_key THEN 'exact'
                        WHEN m.core = n.core AND LENGTH(m.core) >= 2 AND same_region!(m, n) AND m.form = n.form
                         AND m.province = n.province AND m.city = n.city AND m.county = n.county AND m.town = n.town
                        THEN 'normal'
                        WHEN m.core = n.core AND LENGTH(m.core) >= 2 AND same_region!(m, n)
                         AND (m.form = n.form OR m.form = '' OR n.form = '' OR m.form || n.form IN ('LS', 'SL', 'LG', 'GL'))
                        THEN 'part'
                        WHEN c.typo = 2 THEN 'typo'
                        WHEN c.typo = 1 THEN 'slip'
                        WHEN m.core = n.core AND LENGTH(m.core) >= 2 THEN 'alike'
                        WHEN m.is_plain AND LENGTH(m.core) >= 5 AND LENGTH(n.core) >= 5 AND SUBSTR(m.core, 1, 4) = SUBSTR(n.core, 1, 4)
                         AND same_region!(m, n) THEN 'begin'
                        WHEN m.is_plain AND LENGTH(m.core) >= 2 AND LENGTH(n.core) >= 2
                         AND (STARTS_WITH(n.core, m.core) OR STARTS_WITH(m.core, n.core))
                         AND same_region!(m, n) THEN 'short'
                        WHEN (CONTAINS(n.name_key, SUBSTR(m.core, 1, 1)) OR CONTAINS(n.name_key, SUBSTR(m.core, 2, 1)))
                         AND LENGTH(TRANSLATE(m.core, n.name_key, '')) * 5 <= LENGTH(m.core) * 2 THEN 'alike'
                        ELSE 'other' END AS name_how,
                   CASE WHEN m.code_key IS NULL THEN 'absent'
                        WHEN m.code_key = e.uscc THEN 'same'
                        WHEN m.code_key = e.reg_no THEN 'old_number'
                        WHEN m.known_code THEN 'other'
                        WHEN LENGTH(e.uscc) = 18 AND LENGTH(m.code_key) IN (9, 15, 18)
                         AND SUBSTR(m.code_key, CASE LENGTH(m.code_key) WHEN 9 THEN 1 WHEN 15 THEN 7 ELSE 9 END, 9)
                             = SUBSTR(e.uscc, 9, 9) THEN 'organisation'
                        WHEN m.is_mistyped AND LENGTH(e.uscc) = 18
                        THEN CASE WHEN LEVENSHTEIN(m.code_key, e.uscc) <= 1 THEN 'near'
                                  WHEN LEVENSHTEIN(m.code_key, e.uscc) = 2 AND LENGTH(m.code_key) = 18
                                   AND TRANSLATE(m.code_key, e.uscc, '') = '' AND TRANSLATE(e.uscc, m.code_key, '') = ''
                                  THEN 'near' ELSE 'unlisted' END
                        WHEN LENGTH(m.code_key) = 15 AND LENGTH(e.reg_no) = 15
                        THEN CASE WHEN LEVENSHTEIN(m.code_key, e.reg_no) <= 1 THEN 'near' ELSE 'unlisted' END
                        WHEN e.uscc IS NULL THEN 'absent'
                        ELSE 'unlisted' END AS code_how
            FROM $candidates AS c
            JOIN open_mentions AS m ON c.mention = m.mention
            JOIN entities AS e ON c.entity_id = e.entity_id
            LEFT JOIN entity_names AS n ON c.entity_id = n.entity_id
        ) AS compared
    ) AS valued
    GROUP BY mention, kind, ref, union_id, entity_id, typo, code_how
) AS best
