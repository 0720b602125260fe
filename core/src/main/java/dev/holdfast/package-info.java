/**
 * State that outlives reloads, lost connections, crashes and deploys.
 *
 * <p>Start at {@link dev.holdfast.StateModule}, which defines what the state is and what may happen
 * to it; {@link dev.holdfast.Holdfast} brings modules and a store together; {@link
 * dev.holdfast.StateRef} is the handle on one live instance.
 *
 * <h2>The laws</h2>
 *
 * What the engine promises, and the tests that fail without it; the display names of tests say
 * which law they hold.
 *
 * <ul>
 *   <li>R1: nothing of the user's runs, and nothing is shown, before the load has succeeded. {@code
 *       RestoreHazardsTest}, {@code SlowRestoreHazardsTest}, {@code ExpiryTest}
 *   <li>R2: a load that fails leads to no save, and the next access tries again. {@code
 *       RestoreHazardsTest}, {@code SessionHazardsTest}, {@code SlowRestoreHazardsTest}
 *   <li>R3: content that cannot be read is never destroyed. {@code QuarantineTest}, {@code
 *       RecordCodecVersionsTest}, {@code RestoreHazardsTest}
 *   <li>R4: a record is merged over the defaults, at every depth and typed. {@code PathsTest},
 *       {@code RecordCodecPathsTest}, {@code RestoreHazardsTest}
 *   <li>R5: migrations run in order; what the code does not know is written back; a newer record is
 *       refused. {@code SchemaVersionsTest}, {@code UnknownMembersTest}, {@code
 *       RecordCodecVersionsTest}
 *   <li>R6: restoring writes nothing. {@code RestoreHazardsTest}, {@code FormerNamesTest}, {@code
 *       GuestHazardsTest}
 *   <li>R7: defaults and published states are shared with nobody. {@code SharingHazardsTest}
 *   <li>A1: actions of an instance run one at a time, those of a connection in order. {@code
 *       ActionLawsTest}, {@code TwoRuntimesTest}, {@code PassivationTest}
 *   <li>A2: an action that throws changes nothing of its own instance. {@code ActionLawsTest},
 *       {@code SharingHazardsTest}
 *   <li>A3: acknowledged and shown means durable; write-behind says how far it is not. {@code
 *       AcknowledgementTest}, {@code KillTest}, {@code SavingHazardsTest}
 *   <li>A4: an action that changes nothing writes and pushes nothing. {@code PathsTest}, {@code
 *       AcknowledgementTest}
 *   <li>A5: listeners and hooks cannot break saving. {@code AcknowledgementTest}, {@code
 *       ActionLawsTest}, {@code ExpiryTest}
 *   <li>A6: an action with an id is applied exactly once. {@code ActionIdsTest}, {@code
 *       KeyChangeCrashTest}, {@code TwoRuntimesTest}
 *   <li>A7: no wait is for ever. {@code WaitingLawsTest}, {@code ThreadsTest}, {@code
 *       KeySwitchTest}
 *   <li>S1: one write in flight for each key, and the newest state wins. {@code FormerNamesTest},
 *       {@code IsolationHazardsTest}, {@code PathsTest}
 *   <li>S2: any number of changes between two commits is one write. {@code PassivationTest}, {@code
 *       SavingHazardsTest}
 *   <li>S3: a failed save is tried again; what waits is bounded; one bad key blocks no other.
 *       {@code IsolationHazardsTest}, {@code OverloadHazardsTest}, {@code ExpiryTest}
 *   <li>S4: every write is conditional and carries its writer's mark. {@code TwoRuntimesTest},
 *       {@code LostRepliesTest}, {@code IsolationHazardsTest}
 *   <li>S5: what was erased or has expired is never saved again. {@code LeavingHazardsTest}, {@code
 *       TwoRuntimesTest}, {@code ConditionContract}
 *   <li>S6: the end saves everything, and tells and keeps what it could not. {@code
 *       IsolationHazardsTest}, {@code LeavingHazardsTest}, {@code ThreadsTest}
 *   <li>S7: size and encoding are checked before the store is asked. {@code
 *       StateCodecDefinitionTest}, {@code StateCodecEncodeTest}, {@code LostRepliesTest}
 *   <li>K1: no two modules or ids share a record. {@code IdentityHazardsTest}, {@code KeyContract},
 *       {@code FormerNamesTest}
 *   <li>K2: a log-in gets the stored state with the scalars that the action changed. {@code
 *       GuestHazardsTest}, {@code GuestsLeftBehindTest}, {@code KeyChangeHazardsTest}, {@code
 *       PassivationTest}
 *   <li>K3: a log-out leaves the record as it was before. {@code GuestHazardsTest}, {@code
 *       KeyChangeHazardsTest}
 *   <li>K4: a change of users carries nothing over but those scalars. {@code RecordCodecPathsTest},
 *       {@code ErasureTest}, {@code GuestHazardsTest}
 *   <li>K5: a switch ends its turn at the old key before the new one loads, and each step may be
 *       repeated. {@code KeySwitchTest}, {@code KeyChangeCommitHazardsTest}, {@code
 *       SlowKeyChangeHazardsTest}
 *   <li>K6: everyone at a key shares one live instance. {@code IdentityHazardsTest}, {@code
 *       GuestHazardsTest}, {@code PassivationTest}
 *   <li>K7: only actions write state, and only the server names keys. {@code IdentityHazardsTest},
 *       {@code StateCodecBindTest}, {@code HostilePayloadServerTest}
 *   <li>K8: what has no record lives as long as its session, and is bounded. {@code
 *       IdentityHazardsTest}, {@code SessionHazardsTest}, {@code SessionSweepTest}
 *   <li>N1: tokens are unguessable, and kept only as a hash. {@code SessionHazardsTest}, {@code
 *       FlightRecorderTest}, {@code OverloadHazardsTest}
 *   <li>N2: sessions survive restarts, and their end takes their own records. {@code
 *       SessionSweepTest}, {@code SessionHazardsTest}, {@code FormerNamesTest}
 *   <li>N3: a second connection replaces, is refused or joins, as chosen. {@code ConversationTest},
 *       {@code StoreFaultServerTest}
 *   <li>N4: who reconnects sees what is committed, never less than before. {@code LostRepliesTest}
 *   <li>E1: expiry counts from the last change or subscriber. {@code ExpiryTest}
 *   <li>E2: an erase covers everything there is of a record. {@code ErasureTest}, {@code
 *       QuarantineTest}
 * </ul>
 */
@NullMarked
package dev.holdfast;

import org.jspecify.annotations.NullMarked;
