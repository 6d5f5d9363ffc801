"""The start page, and the tasks that it and the accounts show."""

from django.urls import path

from review.views import today, todo

urlpatterns = [
    path("", today.index, name="today"),
    path("accounts/<int:pk>/tasks/", todo.add, name="task_add"),
    path("tasks/<int:pk>/done/", todo.done, name="task_done"),
    path("tasks/<int:pk>/reopen/", todo.reopen, name="task_reopen"),
    path("tasks/<int:pk>/postpone/", todo.postpone, name="task_postpone"),
]
