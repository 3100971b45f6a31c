import { windowMsOf, type Limit } from "../model/limit.ts";
import type { Operation } from "../model/revision.ts";
import { Highlighted } from "../ui/code.tsx";
import { Courses } from "../ui/courses.tsx";
import { Empty } from "../ui/panel.tsx";
import { counted, limitInWords } from "../ui/wording.ts";
import { PortalPage } from "./frame.tsx";
import type { FrameProps } from "./frame.tsx";
import type { Offer, OfferedApi, OfferedVersion } from "./offer.ts";
import { curlOf } from "./offer.ts";
import { OfferList } from "./offer-list.tsx";
import { limitHeader } from "./plan-table.tsx";

/** The call that the gate shows: one that anybody with a key can make as it stands. */
export interface FirstCall {
  readonly api: OfferedApi;
  readonly version: OfferedVersion;
  readonly operation: Operation;
}

interface HomePageProps extends FrameProps {
  readonly offer: Offer;
  readonly firstCall: FirstCall | null;
}

/** In five seconds: what is offered, how to begin. */
export function HomePage({ link, workspace, offer, firstCall }: HomePageProps) {
  return (
    <PortalPage link={link} workspace={workspace} title={workspace} description={lede(offer)}>
      <section class="hero">
        <Courses />
        <div class="frame">
          <div>
            <h1 class="display">Build with {workspace}</h1>
            <p class="lede">{lede(offer)}</p>
            <div class="actions">
              <a class="button button-primary" href={link("/apis")}>
                Browse the APIs
              </a>
              <a class="button" href={link("/problems")}>
                Read what refusals mean
              </a>
            </div>
          </div>
          {firstCall === null ? null : <Gate offer={offer} call={firstCall} />}
        </div>
      </section>
      <div class="frame page stack stack-wide">
        <Steps />
        <section>
          <div class="section-head">
            <h2>APIs</h2>
            {offer.apis.length === 0 ? null : <a href={link("/apis")}>Search {counted(offer.apis.length, "API")}</a>}
          </div>
          {offer.apis.length === 0 ? <NothingOffered /> : <OfferList apis={offer.apis} link={link} />}
        </section>
      </div>
    </PortalPage>
  );
}

function lede(offer: Offer): string {
  const limits = offer.products.flatMap((product) => product.plans).flatMap((plan) => plan.limits.limits);
  const rateOf = (limit: Limit): number => limit.callsMax / (windowMsOf(limit) ?? 0);
  const [least] = limits.filter((limit) => windowMsOf(limit) !== null).sort((a, b) => rateOf(a) - rateOf(b));
  const begin = least === undefined ? "" : ` Plans begin at ${limitInWords(least)}.`;
  const many = counted(offer.apis.length, "API");
  return `${many.charAt(0).toUpperCase()}${many.slice(1)} behind one gate. Every answer says what it cost and what you have left; every refusal says why.${begin}`;
}

export function NothingOffered() {
  return (
    <Empty title={<p class="serif">No API is offered yet</p>}>
      <p>An API appears here once it is published, public, and stands in a product.</p>
    </Empty>
  );
}

function Gate({ offer, call }: { readonly offer: Offer; readonly call: FirstCall }) {
  const { api, version, operation } = call;
  const plan = offer.products.find((product) => product.apis.includes(api.slug))?.plans[0];
  const policy = plan === undefined ? "" : limitHeader(plan.limits);
  return (
    <div class="gate night">
      <p class="gate-word">200 OK</p>
      <p class="gate-sub">{operation.summary === "" ? `${operation.method} ${operation.path}` : operation.summary}</p>
      <pre tabindex={0} role="group" aria-label="A call to try">
        {/* Lines break here where they must, so that indented ones would break after their indent. */}
        <Highlighted source={curlOf(offer, api, version, operation).replaceAll("\n  ", "\n")} />
      </pre>
      {policy === "" ? null : (
        <pre tabindex={0} role="group" aria-label="Headers of its answer">
          <Highlighted source={policy} />
        </pre>
      )}
    </div>
  );
}

function Steps() {
  const steps = [
    ["Get a key", "The people who run these APIs create your application and hand you its key. It is shown once."],
    [
      "Send it with each call",
      "As a bearer token. The gateway answers for every API that your plan opens, at one address.",
    ],
    ["Watch it count", "RateLimit headers say what is left. A refusal names the limit and when it opens again."],
  ] as const;
  return (
    <section>
      <div class="section-head">
        <h2>Three steps to your first call</h2>
      </div>
      <ol class="steps">
        {steps.map(([title, text], index) => (
          <li>
            <p class="numeral" aria-hidden="true">
              {["i", "ii", "iii"][index]}
            </p>
            <h3>{title}</h3>
            <p class="soft">{text}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
