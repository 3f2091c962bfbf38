using System.Text.Json.Serialization;

namespace Vaguemestre.Core;

/// <summary>What kind of refusal a <see cref="Problem"/> is; each has one HTTP status.</summary>
public enum ProblemKind
{
    /// <summary>422: what was given cannot be taken as it is.</summary>
    Invalid,

    /// <summary>403: it exists and is the caller's organisation's, and the caller's role does not allow it.</summary>
    Forbidden,

    /// <summary>404: it does not exist, or belongs to another organisation, which is the same answer.</summary>
    NotFound,

    /// <summary>409: the state of the thing forbids it.</summary>
    Conflict,

    /// <summary>412: somebody changed it since it was read.</summary>
    Stale,

    /// <summary>413: it is larger than the limit.</summary>
    TooLarge,
}

/// <summary>One field that cannot be taken, and the remedy in French.</summary>
/// <param name="Code">Which refusal it is, where somebody tells it in another language; else null.</param>
public sealed record FieldError(string Field, string Message, [property: JsonIgnore] string? Code = null);

/// <summary>
/// An expected refusal, as a value: a stable code for programs, a French message for people. Not a bug and not
/// a failure of the outside world; those are exceptions.
/// </summary>
public record Problem(ProblemKind Kind, string Code, string Message, IReadOnlyList<FieldError> Errors)
{
    public static Problem Invalid(IReadOnlyList<FieldError> errors) =>
        new(ProblemKind.Invalid, "invalid", "Certaines informations sont à corriger.", errors);

    public static Problem Invalid(string field, string message, string? code = null) => Invalid([new FieldError(field, message, code)]);

    public static Problem NotFound(string code, string message) => new(ProblemKind.NotFound, code, message, []);

    public static Problem Forbidden(string code, string message) => new(ProblemKind.Forbidden, code, message, []);

    public static Problem Conflict(string code, string message) => new(ProblemKind.Conflict, code, message, []);

    public static Problem Stale(string code, string message) => new(ProblemKind.Stale, code, message, []);

    public static Problem TooLarge(string code, string field, string message) =>
        new(ProblemKind.TooLarge, code, message, [new FieldError(field, message, code)]);
}

/// <summary>The value of an operation, or the <see cref="Problem"/> that kept it from happening.</summary>
public readonly struct Result<T>
{
    private readonly T? value;

    private Result(T? value, Problem? problem)
    {
        this.value = value;
        Problem = problem;
    }

    public Problem? Problem { get; }

    public bool Succeeded => Problem is null;

    public T Value => Problem is null ? value! : throw new InvalidOperationException($"No value: {Problem.Code}");

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Problem problem) => new(default, problem);
}
