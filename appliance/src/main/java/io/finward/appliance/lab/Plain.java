package io.finward.appliance.lab;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Many bytes down and up, each after the other side has ended its own direction. */
final class Plain implements Scenario {
  private static final int DOWN = 80;
  private static final int UP = 8000;
  private static final int SECONDS = 120;

  @Override
  public String label() {
    return "plain";
  }

  @Override
  public String summary() {
    return "512 MB down and up, half-closed by the other side first: every byte, in order";
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY);
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    trial.startProxy(Setup.usual(trial.variant()).withAllPorts());
    boolean down = download(trial);
    boolean up = upload(trial);
    Leaks leaks = trial.watch().leaks();
    String note =
        "512 MB down %s, up %s".formatted(down ? "whole" : "damaged", up ? "whole" : "damaged");
    return new Outcome(2, 0, leaks, 0, leaks.none() && down && up, note);
  }

  /** The client ends its direction after the request and then gets everything. */
  private static boolean download(Trial trial) throws IOException {
    trial.serve(
        DOWN,
        socket -> {
          socket.receiveToEnd();
          RandomStream.send(socket.output());
        });
    try (LabSocket client = trial.dial(DOWN)) {
      client.send(Http.request(trial.family()));
      client.endOutput();
      return RandomStream.arrivesAt(client.input());
    }
  }

  /** The server ends its direction after a greeting, while the client goes on sending. */
  private static boolean upload(Trial trial) throws IOException {
    var arrived = new CompletableFuture<Boolean>();
    trial.serve(
        UP,
        socket -> {
          socket.send(Http.answer());
          socket.endOutput();
          try {
            arrived.complete(RandomStream.arrivesAt(socket.input()));
          } catch (IOException e) {
            arrived.completeExceptionally(e);
            throw e;
          }
        });
    try (LabSocket client = trial.dial(UP)) {
      boolean greeted = Http.isAnswer(client.receiveToEnd());
      RandomStream.send(client.output());
      client.endOutput();
      return arrived.get(SECONDS, TimeUnit.SECONDS) && greeted;
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("upload: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
