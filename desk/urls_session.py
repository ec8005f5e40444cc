"""The addresses of signing in and out."""

from django.urls import path

from desk import views_session

urlpatterns = [
    path("sign-in/", views_session.sign_in, name="sign_in"),
    path("sign-out/", views_session.sign_out, name="sign_out"),
    path("demo/switch/", views_session.demo_switch, name="demo_switch"),
]
