"""Addresses of the room."""

from django.urls import path

from smartunion.engines.offers.views import calendars, checkin, desk, mine, people, portal, roll

app_name = "offers"
urlpatterns = [
    path("offers/", portal.home, name="home"),
    path("offers/<int:offer_id>/", portal.offer, name="offer"),
    path("offers/<int:offer_id>/book/", portal.book, name="book"),
    path("offers/<int:offer_id>/draw/", portal.drawn, name="drawn"),
    path("offers/<int:offer_id>/draw.csv", portal.drawn_csv, name="drawn_csv"),
    path("offers/calendar/<slug:token>.ics", calendars.feed, name="calendar_feed"),
    path("offers/calendar/unions/<int:union_id>.ics", calendars.union_feed, name="union_calendar"),
    path("me/bookings/calendar/", calendars.mine, name="calendars"),
    path("me/bookings/", mine.bookings, name="bookings"),
    path("me/bookings/<int:booking_id>/", mine.booking, name="booking"),
    path("me/bookings/<int:booking_id>/calendar.ics", mine.calendar_file, name="calendar"),
    path("me/bookings/<int:booking_id>/attendance.pdf", mine.certificate, name="certificate"),
    path("me/bookings/<int:booking_id>/excuse/", roll.excuse, name="excuse"),
    path("me/bookings/<int:booking_id>/<slug:act>/", mine.act, name="booking_act"),
    path("desk/offers/", desk.offers, name="desk"),
    path("desk/offers/new/", desk.new, name="new"),
    path("desk/offers/programmes/", desk.presets, name="presets"),
    path("desk/offers/programmes/<slug:programme>/", desk.preset, name="preset"),
    path("desk/offers/<int:offer_id>/", desk.offer, name="desk_offer"),
    path("desk/offers/<int:offer_id>/edit/", desk.edit, name="edit"),
    path("desk/offers/<int:offer_id>/people/", desk.people, name="people"),
    path("desk/offers/bookings/<int:booking_id>/", people.booking, name="desk_booking"),
    path("desk/offers/bookings/<int:booking_id>/<slug:act>/", people.act, name="desk_booking_act"),
    path("desk/offers/occasions/<int:occasion_id>/attendance/", people.attendance, name="attendance"),
    path("desk/offers/<int:offer_id>/<slug:act>/", desk.act, name="act"),
    path("desk/offers/occasions/<int:occasion_id>/<slug:act>/", desk.occasion_act, name="occasion_act"),
    path("checkin/<int:occasion_id>/roll/", roll.roll, name="roll"),
    path("checkin/worker.js", checkin.worker, name="worker"),
    path("checkin/gates/<int:gate_id>/close/", checkin.close_gate, name="close_gate"),
    path("checkin/<int:occasion_id>/", checkin.page, name="checkin"),
    path("checkin/<int:occasion_id>/gate/", checkin.open_gate, name="open_gate"),
    path("checkin/<int:occasion_id>/codes.json", checkin.kept, name="kept"),
    path("checkin/<int:occasion_id>/answers/", checkin.answers, name="door_answers"),
    path("checkin/<int:occasion_id>/scans/", checkin.sync, name="sync"),
]
