package io.finward.appliance.wiring;

import io.finward.appliance.explain.Moment;
import io.finward.appliance.explain.Timelines;
import io.finward.conntrack.rescue.RescueEvent;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.proxy.relay.SessionGroup;
import io.finward.proxy.session.Side;

/** Feeds the stories of the sessions, and the access log, with what happens to their entries. */
final class StoryFeed {
  private final SessionGroup sessions;
  private final Timelines timelines;
  private final GatewayListener listener;

  StoryFeed(SessionGroup sessions, Timelines timelines, GatewayListener listener) {
    this.sessions = sessions;
    this.timelines = timelines;
    this.listener = listener;
  }

  /** For any thread: the timelines are on the sessions' loops. */
  void on(RescueEvent event) {
    switch (event) {
      case RescueEvent.Late late -> {
        FlowRecord flow = late.flow();
        if (flow != null) {
          tell(
              flow,
              new Moment.Late(
                  leg(flow),
                  late.side().equals("proxy"),
                  late.packet().kind().word(),
                  late.reason().word(),
                  late.outcome().word()));
        }
      }
      case RescueEvent.MadeAgain(FlowRecord flow) -> {
        tell(flow, new Moment.EntryMadeAgain(leg(flow)));
        listener.madeAgain(sessions.loopOf(flow.session()), flow.session());
      }
      case RescueEvent.Leased(FlowRecord flow) -> tell(flow, new Moment.Leased(leg(flow)));
      case RescueEvent.Failed failed ->
          tell(
              failed.flow(),
              new Moment.EntryNotMade(leg(failed.flow()), failed.outcome().toString()));
      case RescueEvent.Limited _ -> {}
    }
  }

  private void tell(FlowRecord flow, Moment.OfEntry moment) {
    timelines.on(sessions.loopOf(flow.session()), flow.session(), moment);
  }

  private static Side leg(FlowRecord flow) {
    return flow.leg().client() ? Side.CLIENT : Side.SERVER;
  }
}
