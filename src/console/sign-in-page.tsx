import { ErrorSummary, Field } from "../ui/field.tsx";
import { Mark } from "../ui/mark.tsx";
import { Page } from "../ui/page.tsx";
import type { Link } from "../ui/site.ts";
import { Courses } from "../ui/courses.tsx";

interface SignInPageProps {
  readonly link: Link;
  /** The page to go on to. */
  readonly next: string;
  /** The same sentence whatever was wrong with the token. */
  readonly error?: string;
}

/** The form alone; on wide screens beside the wall with the gate raised. */
export function SignInPage({ link, next, error }: SignInPageProps) {
  const title = error === undefined ? "Sign in" : "Error: Sign in";
  return (
    <Page link={link} title={title} in="Gatehouse" density="console sign-in">
      <main id="main" tabindex={-1}>
        <a class="brand" href={link("/sign-in")}>
          <Mark size={28} />
          <span class="brand-name">Gatehouse</span>
          <span class="brand-part">Console</span>
        </a>
        <h1>Sign in</h1>
        <form class="form" method="post" action={link("/sign-in")}>
          {error === undefined ? null : <ErrorSummary errors={[{ field: "token", message: error }]} />}
          <Field
            name="token"
            label="Admin token"
            hint="The one that the first start printed, or one that an admin made for you."
            error={error}
            type="password"
            autocomplete="current-password"
            autofocus={error === undefined}
          />
          <input type="hidden" name="next" value={next} />
          <button class="button button-primary button-wide">Sign in</button>
        </form>
      </main>
      <Wall />
    </Page>
  );
}

function Wall() {
  return (
    <div class="wall" aria-hidden="true">
      <Courses class="wall-courses" />
      <svg class="wall-gate" viewBox="0 0 400 460">
        <path class="wall-arch-3" d="M0 460V200a200 200 0 0 1 400 0v260z" />
        <path class="wall-arch-2" d="M26 460V200a174 174 0 0 1 348 0v260z" />
        <path class="wall-arch-1" d="M52 460V200a148 148 0 0 1 296 0v260z" />
        <path class="wall-light" d="M94 460V200a106 106 0 0 1 212 0v260z" />
        <path
          class="wall-bars"
          d="M112 130v110l5 12 5-12V120zM147 100v140l5 12 5-12V96zM182 92v148l5 12 5-12V92zM217 94v146l5 12 5-12V98zM252 104v136l5 12 5-12V112zM287 128v112l5 12 5-12V140z"
          clip-path="url(#opening)"
        />
        <path class="wall-bars" d="M94 126h212v7H94zM94 168h212v7H94zM94 210h212v7H94z" clip-path="url(#opening)" />
        <clipPath id="opening">
          <path d="M94 460V200a106 106 0 0 1 212 0v260z" />
        </clipPath>
      </svg>
    </div>
  );
}
