package io.github.celeryjava.kombu.transport.filesystem;

import io.github.celeryjava.kombu.transport.ConsumingContract;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FilesystemConsumingTest extends ConsumingContract {

  private FolderConnections connections;

  @BeforeEach
  void prepareFolders(@TempDir Path folder) {
    connections = new FolderConnections(folder);
  }

  @Override
  protected TransportConnection connect() {
    return connections.open();
  }
}
