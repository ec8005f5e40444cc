"""Addresses of the two queues and their cases."""

from django.urls import path

from posts.views import review

urlpatterns = [
    path("review/", review.review_queue, name="review_queue"),
    path("review/<int:pk>/", review.review_case, name="review_case"),
    path("check/", review.check_queue, name="check_queue"),
    path("check/<int:pk>/", review.check_case, name="check_case"),
]
