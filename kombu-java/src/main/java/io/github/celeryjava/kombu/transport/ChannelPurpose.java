package io.github.celeryjava.kombu.transport;

/** What a channel is opened for. */
public enum ChannelPurpose {
  /** Declaring, consuming and settling. */
  CONSUMING,
  /** Publishing, with confirms where they are on. */
  PUBLISHING
}
