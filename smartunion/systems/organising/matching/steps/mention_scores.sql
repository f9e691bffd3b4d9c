-- does: The same, seen beside the other candidates of the mention: a code that belongs to another one speaks against,
--       a likeness is worth little when another one bears the very name.
-- zh: 结合其他候选调整得分
SELECT mention, kind, ref, union_id, entity_id, name_how, code_how, name_points + code_points AS points
FROM (
    SELECT mention, kind, ref, union_id, entity_id, name_how,
           CASE WHEN name_how IN ('alike', 'short', 'begin', 'slip', 'typo') AND best_plain >= $name_part - $old_discount
                THEN $name_elsewhere
                WHEN name_how IN ('normal', 'part') AND has_exact = 1 THEN name_points + $exact_elsewhere
                WHEN name_how = 'part' AND has_normal = 1 THEN name_points + $normal_elsewhere
                ELSE name_points END AS name_points,
           CASE WHEN code_how IN ('unlisted', 'absent') AND best_code >= $code_same THEN 'other' ELSE code_how END AS code_how,
           CASE WHEN code_how IN ('unlisted', 'absent') AND best_code >= $code_same
                THEN CASE WHEN kind IN ('account', 'tax') THEN $code_other_outvoted ELSE $code_other END
                ELSE code_points END AS code_points
    FROM (SELECT *,
                 MAX(CASE WHEN name_how IN ('exact', 'normal', 'part') THEN name_points ELSE 0 END)
                     OVER (PARTITION BY mention) AS best_plain,
                 MAX(CASE WHEN name_how = 'exact' AND name_points >= $name_exact THEN 1 ELSE 0 END)
                     OVER (PARTITION BY mention) AS has_exact,
                 MAX(CASE WHEN name_how = 'normal' AND name_points >= $name_normal THEN 1 ELSE 0 END)
                     OVER (PARTITION BY mention) AS has_normal,
                 MAX(code_points) OVER (PARTITION BY mention) AS best_code
          FROM $scores) AS beside
) AS weighed
