package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps the demo from starting is said in one line, with exit code 1. */
final class StartTest {

  @TempDir Path folder;

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0);
        DemoProcess demo = DemoProcess.launch(folder, taken.getLocalPort())) {
      assertThat(demo.exitCode()).isEqualTo(1);
      assertThat(demo.errors().lines())
          .singleElement()
          .asString()
          .contains("port " + taken.getLocalPort(), "in use");
    }
  }

  @Test
  void aDataFolderThatIsAFileIsNamed() throws Exception {
    Files.createFile(DemoProcess.data(folder));
    try (DemoProcess demo = DemoProcess.launch(folder, 0)) {
      assertThat(demo.exitCode()).isEqualTo(1);
      assertThat(demo.errors().lines()).singleElement().asString().contains("is not a folder");
    }
  }

  @Test
  void aStoreHeldByAnotherProcessIsSaid() throws Exception {
    try (DemoProcess holder = DemoProcess.launch(folder, 0)) {
      holder.port();
      try (DemoProcess second = DemoProcess.launch(folder, 0)) {
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.errors().lines())
            .singleElement()
            .asString()
            .contains(DemoProcess.data(folder).toString());
      }
    }
  }

  @Test
  void anUnknownOptionIsSaid() throws Exception {
    try (DemoProcess demo = DemoProcess.launch(folder, List.of("--prot", "1"))) {
      assertThat(demo.exitCode()).isEqualTo(2);
      assertThat(demo.errors()).contains("--prot");
    }
  }
}
