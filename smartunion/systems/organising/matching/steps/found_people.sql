-- does: The person behind each weak record where one candidate stands out, and the doubtful ones.
-- zh: 每条弱记录最可能的人员
SELECT weak, person, employer, phone_how, id_how, points, place,
       points - GREATEST(COALESCE(next_points, 0), 0) AS margin,
       place = 1 AND points >= $person_auto AND points - GREATEST(COALESCE(next_points, 0), 0) >= $person_margin AS is_auto
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY weak ORDER BY points DESC, person) AS place,
             LEAD(points) OVER (PARTITION BY weak ORDER BY points DESC, person) AS next_points
      FROM $scores WHERE points > 0) AS ranked
