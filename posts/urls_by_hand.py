"""The addresses of 手作業: what people bring out."""

from django.urls import path

from posts.views import by_hand

urlpatterns = [
    path("by-hand/", by_hand.hand_list, name="hand_list"),
    path("by-hand/<int:pk>/", by_hand.hand_case_page, name="hand_case"),
    path("by-hand/<int:pk>/take/", by_hand.hand_take, name="hand_take"),
    path("by-hand/<int:pk>/report/", by_hand.hand_report, name="hand_report"),
    path("by-hand/<int:pk>/put-back/", by_hand.hand_put_back, name="hand_put_back"),
]
