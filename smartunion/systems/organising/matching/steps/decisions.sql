-- does: The best candidate of each claim, how far it leads, and whether that is enough to link unasked.
-- zh: 每个单位的最佳候选、领先幅度与结论
SELECT kind, ref, union_id, entity_id, name_how, code_how, points, place,
       points - GREATEST(COALESCE(next_points, 0), 0) AS margin,
       place = 1 AND points >= $auto AND points - GREATEST(COALESCE(next_points, 0), 0) >= $margin AS is_auto
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY kind, ref ORDER BY points DESC, entity_id) AS place,
             LEAD(points) OVER (PARTITION BY kind, ref ORDER BY points DESC, entity_id) AS next_points
      FROM $scores WHERE points >= $verify) AS ranked
