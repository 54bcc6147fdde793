package io.finward.proxy.door;

import io.finward.proxy.access.Verdict;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.user.Authentication;
import java.util.Set;

/** Whether requests may go: asks the policy, and for a password where a rule wants a user. */
final class Judgement {
  private final ClientTalk talk;
  private final Course course;

  Judgement(ClientTalk talk, Course course) {
    this.talk = talk;
    this.course = course;
  }

  /** Judges a request by what is known of it now. */
  void judge(Errand errand) {
    Interception interception = talk.interception();
    if (interception == null) {
      decide(errand, talk.ask(errand.exchange(), errand.to(), null));
      return;
    }
    interception.judge(
        errand,
        verdict -> {
          if (!talk.over() && talk.current() == errand.exchange()) {
            decide(errand, verdict);
          }
        });
  }

  /** Does what a verdict says. */
  void decide(Errand errand, Verdict verdict) {
    switch (verdict) {
      case Verdict.Allow _, Verdict.Resolve _ -> course.admitted(errand);
      case Verdict.Deny _, Verdict.Look _ ->
          course.answered(403, "Access to this destination is refused.");
      case Verdict.Reset _ -> course.reset(EndReason.DENIED);
      case Verdict.Authenticate _ -> authenticate(errand);
    }
  }

  private void authenticate(Errand errand) {
    Exchange exchange = errand.exchange();
    HttpRoute.Credentials given =
        exchange.user != null ? null : HttpRoute.credentials(errand.head());
    if (given == null) {
      course.answered(407, "A user and password are wanted.");
      return;
    }
    talk.settings
        .authenticator()
        .authenticate(
            given.user(),
            given.password(),
            talk.home.loop(),
            answer -> {
              if (talk.over() || talk.current() != exchange) {
                return;
              }
              switch (answer) {
                case Authentication.Authenticated(Set<String> groups) -> {
                  exchange.user = given.user();
                  exchange.groups = groups;
                  judge(errand);
                }
                case Authentication.Refused _ ->
                    course.answered(407, "A user and password are wanted.");
                case Authentication.Unavailable _ ->
                    course.answered(503, "Users cannot be checked now.");
              }
            });
  }
}
