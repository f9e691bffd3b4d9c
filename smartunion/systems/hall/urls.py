"""Addresses of certificates of membership and of one's own data."""

from django.urls import path

from smartunion.systems.hall import views

app_name = "hall"
urlpatterns = [
    path("papers/", views.proofs, name="proofs"),
    path("papers/<slug:number>/", views.proof, name="proof"),
    path("papers/<slug:number>/certificate.pdf", views.proof_file, name="proof_file"),
    path("proof/", views.check, name="check"),
    path("proof/<slug:number>/", views.checked, name="checked"),
    path("me/data/", views.my_data, name="my_data"),
    path("me/data/<int:case_id>/", views.export, name="export"),
    path("me/data/<int:case_id>/file", views.export_file, name="export_file"),
]
