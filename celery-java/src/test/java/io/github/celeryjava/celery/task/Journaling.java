package io.github.celeryjava.celery.task;

/** Writes what it hears to the journal. */
final class Journaling implements TaskListener {

  private final Tracing tracing;

  Journaling(Tracing tracing) {
    this.tracing = tracing;
  }

  @Override
  public void beforeStart(TaskContext context) {
    tracing.journal.add("before");
  }

  @Override
  public void onSuccess(TaskContext context, Object result) {
    tracing.journal.add("success");
  }

  @Override
  public void onFailure(TaskContext context, Throwable error) {
    tracing.journal.add("failure");
  }

  @Override
  public void onRetry(TaskContext context, Throwable error) {
    tracing.journal.add("retry");
  }

  @Override
  public void afterReturn(TaskContext context, String state, Object result) {
    tracing.journal.add("after " + state);
  }
}
