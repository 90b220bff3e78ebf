package io.github.celeryjava.kombu.transport.filesystem;

import io.github.celeryjava.kombu.transport.TopicContract;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FilesystemTopicTest extends TopicContract {

  private FolderConnections connections;

  @BeforeEach
  void prepareFolders(@TempDir Path folder) {
    connections = new FolderConnections(folder);
  }

  @Override
  protected TransportConnection connect() {
    return connections.open();
  }

  @Override
  protected Dialect dialect() {
    return Dialect.KOMBU;
  }
}
